#!/bin/sh
# The batch files under Wine's cmd.exe, in a folder with a space, an ampersand and Chinese in its name: try_with_wine.sh
# A copy of Wine's own cmd.exe stands in for Python and gets one line to say. Shown of each file, with the stand-in and without:
# whether it was started in the program's folder, whether the window waits for a key, the code that cmd ended with.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
wine=$(command -v wine64 || ls /usr/lib/wine/wine64 2>/dev/null || command -v wine)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
export WINEPREFIX="$made/prefix" WINEDEBUG=-all LC_ALL=C.UTF-8
unset DISPLAY
"$wine" wineboot -i >/dev/null 2>&1
folder="$made/qa & 调度 表"
mkdir -p "$folder/.venv/Scripts"
cp "$home/consolidate.py" "$folder/"
cp "$made/prefix/drive_c/windows/system32/cmd.exe" "$folder/.venv/Scripts/python.exe"
drive="Z:$(printf '%s' "$made" | tr / '\\')"
printf '@echo off\r\nfor /d %%%%d in (%s\\qa*) do cd /d "%%%%d"\r\nfor %%%%f in (*.bat) do call "%%%%f" some thing\r\n' "$drive" > "$made/driver.bat"
printf 'if exist consolidate.py echo STARTED\r\nexit 3\r\nx\r\nx\r\n' > "$made/keys.txt"
for file in "$home"/*.bat; do
    cp "$file" "$folder/"
    for python in .venv nowhere; do
        [ "$python" = .venv ] || mv "$folder/.venv" "$folder/nowhere"
        code=0
        timeout 60 "$wine" cmd /c "$drive\\driver.bat" < "$made/keys.txt" > "$made/said" 2>&1 || code=$?
        [ "$python" = .venv ] || mv "$folder/nowhere" "$folder/.venv"
        printf '%s\tpython %s\tstarted %s\tkeys %s\tcode %s\n' "$(basename "$file")" "$([ "$python" = .venv ] && echo yes || echo no)" \
            "$(grep -a -c STARTED "$made/said" || true)" "$(grep -a -c 'Press any key' "$made/said" || true)" "$code"
    done
    rm "$folder/$(basename "$file")"
done
