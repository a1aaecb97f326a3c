#!/bin/sh
# 麒麟、统信等：在程序文件夹里装好 .venv，并把“调度表工作台”“调度表汇总”放到桌面和开始菜单。不用管理员。
# 有 wheels 文件夹时从里面装，不上网。Python 要 3.11 或更新：PYTHON=/opt/python3.11/bin/python3 sh bundle/install_linux.sh
set -eu
cd "$(dirname "$0")/.."
home=$(pwd)
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "没有找到 Python 3.11 或更新的版本：请先装好，或用 PYTHON=路径 指明" >&2
    exit 3
fi
if [ "${1:-}" != --launchers-only ]; then
    "$python" -m venv .venv
    if [ -d wheels ]; then
        .venv/bin/python -m pip install -q --disable-pip-version-check --no-index --find-links wheels -r requirements.lock
    else
        .venv/bin/python -m pip install -q --disable-pip-version-check -r requirements.lock
    fi
fi

quoted() { # as the Exec key of a desktop entry wants it: a backslash before " ` $ \, then every backslash doubled; % doubled
    printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g'
}

launcher() { # file, name, comment, command, terminal
    printf '[Desktop Entry]\nType=Application\nVersion=1.0\nName=%s\nComment=%s\nExec="%s" "%s" %s\nPath=%s\nTerminal=%s\nCategories=Office;\n' \
        "$2" "$3" "$(quoted "$home/.venv/bin/python")" "$(quoted "$home/consolidate.py")" "$4" "$(printf '%s' "$home" | sed 's/\\/\\\\/g')" "$5" > "$1"
    chmod +x "$1"
}

desktop=$(xdg-user-dir DESKTOP 2>/dev/null || true)
for folder in "${XDG_DATA_HOME:-$HOME/.local/share}/applications" "${desktop:-$HOME/Desktop}"; do
    mkdir -p "$folder"
    launcher "$folder/consolidate-desk.desktop" 调度表工作台 在浏览器里做完一周的事 desk true
    launcher "$folder/consolidate-run.desktop" 调度表汇总 "读取收件夹里的表，汇总一期" run true
done
echo "装好了：桌面上有“调度表工作台”和“调度表汇总”。统信、麒麟第一次打开时若询问，请选“信任并运行”。"
