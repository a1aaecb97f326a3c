@echo off
rem Drop filled forms onto this file: says what is wrong with each, writes nothing.
chcp 65001 >nul
pushd "%~dp0"
if not exist ".venv\Scripts\python.exe" (
  echo 还没有安装：请先双击“安装.bat”，装好后再拖放一次。
  pause
  popd
  exit /b 3
)
if "%~1"=="" (
  echo 请把填好的调度表用鼠标拖到“自查.bat”上，可以一次拖几个。
  pause
  popd
  exit /b 2
)
".venv\Scripts\python.exe" consolidate.py check %*
set RESULT=%ERRORLEVEL%
echo.
pause
popd
exit /b %RESULT%
