@echo off
rem Double-click once: makes .venv, installs what the program needs, shows that it works with the demo.
chcp 65001 >nul
pushd "%~dp0"
set PYTHON=py -3
%PYTHON% -c "" >nul 2>nul
if errorlevel 1 set PYTHON=python
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if errorlevel 1 (
  echo 没有找到 Python 3.11 或更新的版本：请从 https://www.python.org/downloads/ 下载安装，
  echo 安装时勾选“Add python.exe to PATH”，装好后再双击本文件。
  pause
  popd
  exit /b 3
)
echo 正在安装，约需几分钟，请不要关闭窗口……
%PYTHON% -m venv .venv
if errorlevel 1 goto failed
set SOURCE=
if exist "wheels" set SOURCE=--no-index --find-links wheels
".venv\Scripts\python.exe" -m pip install -q --disable-pip-version-check %SOURCE% -r requirements.lock
if errorlevel 1 goto failed
".venv\Scripts\python.exe" consolidate.py demo
if errorlevel 1 goto failed
echo.
echo 安装好了。每周把收到的表放进 inbox 文件夹，双击“汇总.bat”。
pause
popd
exit /b 0
:failed
echo.
echo 没有装成：请看上面的提示；不能上网的，见 docs\使用手册.md 的“不能上网的电脑”。
pause
popd
exit /b 3
