@echo off
rem Double-click: the week in the browser, on this machine only. The window stays open while it serves.
chcp 65001 >nul
pushd "%~dp0"
if not exist ".venv\Scripts\python.exe" (
  echo 还没有安装：请先双击“安装.bat”，装好后再双击本文件。
  pause
  popd
  exit /b 3
)
".venv\Scripts\python.exe" consolidate.py desk %*
set RESULT=%ERRORLEVEL%
if %RESULT% GEQ 2 (
  echo.
  pause
)
popd
exit /b %RESULT%
