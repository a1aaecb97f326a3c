@echo off
rem Drop filled forms onto this file: shows what is wrong with each, writes nothing.
rem Explorer puts no quotes around a path without a space, so cmd cuts it at an ampersand and passes only its beginning.
rem CMDCMDLINE has all of it; consolidator\cli\dropped.py takes the paths from there.
chcp 65001 >nul
setlocal DisableDelayedExpansion
pushd "%~dp0"
set RESULT=3
if not exist ".venv\Scripts\python.exe" (
  echo 还没有安装：请先双击“安装.bat”，装好后再拖放一次。
  goto done
)
set RESULT=2
if "%~1"=="" (
  echo 请把填好的调度表用鼠标拖到“自查.bat”上，可以一次拖几个。
  goto done
)
setlocal EnableDelayedExpansion
set "DROPPED=!CMDCMDLINE!"
setlocal DisableDelayedExpansion
".venv\Scripts\python.exe" -m consolidator.cli.dropped %*
set RESULT=%ERRORLEVEL%
:done
echo.
pause
popd
rem What follows an ampersand in a dropped path would be run as a command: end this cmd, unless a person typed in it.
setlocal EnableDelayedExpansion
set "LINE=!CMDCMDLINE!"
if not "!LINE:/c=!"=="!LINE!" exit %RESULT%
exit /b %RESULT%
