@echo off
rem Any command in few letters: ddb status
if not exist "%~dp0.venv\Scripts\python.exe" (
  chcp 65001 >nul
  echo 还没有安装：请先双击“安装.bat”。
  exit /b 3
)
"%~dp0.venv\Scripts\python.exe" "%~dp0consolidate.py" %*
