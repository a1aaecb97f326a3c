@echo off
rem Double-click: consolidates the week and leaves the window open. Options may follow (--week 2023-06-05).
chcp 65001 >nul
pushd "%~dp0"
if not exist ".venv\Scripts\python.exe" (
  echo 还没有安装：请先双击“安装.bat”，装好后再双击本文件。
  pause
  popd
  exit /b 3
)
set CONSOLIDATE_DOUBLE_CLICKED=1
".venv\Scripts\python.exe" consolidate.py run %*
set RESULT=%ERRORLEVEL%
echo.
if %RESULT% GEQ 2 echo 没有做完：请按上面的提示处理，再双击一次。
pause
popd
exit /b %RESULT%
