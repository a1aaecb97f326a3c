@echo off
rem In the folder of the new version: drop the old folder onto this file. What the office has edited stays as it is.
rem Why CMDCMDLINE and not the arguments: see the batch file that checks dropped forms.
chcp 65001 >nul
setlocal DisableDelayedExpansion
pushd "%~dp0"
set RESULT=3
if not exist ".venv\Scripts\python.exe" (
  echo 这个新文件夹还没有安装：请先双击“安装.bat”，再拖放一次。
  goto done
)
set RESULT=2
if "%~1"=="" (
  echo 请把旧的程序文件夹用鼠标拖到“升级.bat”上。
  goto done
)
setlocal EnableDelayedExpansion
set "DROPPED=!CMDCMDLINE!"
setlocal DisableDelayedExpansion
".venv\Scripts\python.exe" -m consolidator.cli.upgrade %*
set RESULT=%ERRORLEVEL%
:done
echo.
pause
popd
setlocal EnableDelayedExpansion
set "LINE=!CMDCMDLINE!"
if not "!LINE:/c=!"=="!LINE!" exit %RESULT%
exit /b %RESULT%
