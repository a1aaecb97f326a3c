@echo off
rem Any command in few letters: ddb status
if exist "%~dp0.venv\Scripts\python.exe" goto installed
chcp 65001 >nul
echo 还没有安装：请先双击“安装.bat”。
exit /b 3
:installed
"%~dp0.venv\Scripts\python.exe" "%~dp0consolidate.py" %*
