#!/usr/bin/env bash
# Files up and down, beside nginx with the same files. Run by `script/bench files`, with the folder of the release and a
# private PostgreSQL in TEST_DATABASE_URL. Reports; fails only where an answer is wrong.
# compare.sh RELEASE
set -euo pipefail
release=$1
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/xtablo-files.XXXXXX")
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait || true
    rm -rf "$folder"
}
trap cleanup EXIT

nginx=$(command -v nginx || echo /usr/sbin/nginx)
[ -x "$nginx" ] || { echo 'This compares with nginx: please install the package nginx.' >&2; exit 1; }

mkdir "$folder/www" "$folder/nginx"
head -c 10485760 /dev/urandom >"$folder/www/10MB"
head -c 1073741824 /dev/urandom >"$folder/www/1GB"
for sendfile in on off; do
    port=$([ $sendfile = on ] && echo 18081 || echo 18082)
    cat >"$folder/nginx/$sendfile.conf" <<CONF
daemon off; master_process off; pid $folder/nginx/$sendfile.pid; error_log stderr error;
events {}
http {
    access_log off; sendfile $sendfile; tcp_nopush on; output_buffers 2 256k;
    client_body_temp_path $folder/nginx/body; proxy_temp_path $folder/nginx/proxy; fastcgi_temp_path $folder/nginx/fastcgi;
    uwsgi_temp_path $folder/nginx/uwsgi; scgi_temp_path $folder/nginx/scgi;
    server { listen 127.0.0.1:$port; root $folder/www; }
}
CONF
    "$nginx" -p "$folder/nginx" -c "$folder/nginx/$sendfile.conf" &
    pids+=($!)
    declare "nginx_$sendfile=$!"
done

port=18080 site=http://localhost:18080
DATABASE_URL=$TEST_DATABASE_URL SESSION_SECRET=0123456789abcdef0123456789abcdef STORAGE_DIR=$folder/files \
    MAX_UPLOAD_SIZE_MB=2000 LISTEN=127.0.0.1:$port LOG=warn "$release/xtablo-web" &
web=$!
pids+=("$web")

# ask PATH [CURL'S ARGUMENTS]...: the answer's body
ask() {
    local path=$1
    shift
    curl -sS --fail -b "$folder/cookies" -c "$folder/cookies" -H "Origin: $site" "$site$path" "$@"
}

until curl -s -o /dev/null "$site/healthz"; do :; done
until curl -s -o /dev/null http://127.0.0.1:18082/10MB; do :; done

ask /register -d name=Ada -d email=ada@example.com --data-urlencode 'password=correct horse battery' >/dev/null
board=$(ask /boards -d title=Files -d color=blue -o /dev/null -w '%{redirect_url}')
ask "${board#"$site"}/columns" -d title=All -o /dev/null
column=$(ask "${board#"$site"}" | grep -o 'id="column-[0-9a-f-]\{36\}' | head -n 1 | cut -d - -f 2-)
ask "/columns/$column/cards" -d title=Files -o /dev/null
card=$(ask "${board#"$site"}" | grep -o 'id="card-[0-9a-f-]\{36\}' | head -n 1 | cut -d - -f 2-)

# Clock ticks of a process, user and system.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
peak() { awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
reset_peak() { echo 5 >"/proc/$1/clear_refs"; }

# report NAME PROCESS TIMES BYTES COMMAND...: MB/s, CPU seconds a GB, peak memory, of TIMES runs
report() {
    local name=$1 process=$2 times=$3 bytes=$4 from to began ended
    shift 4
    "$@"
    reset_peak "$process"
    from=$(ticks "$process") began=$(date +%s%N)
    for _ in $(seq "$times"); do "$@"; done
    ended=$(date +%s%N) to=$(ticks "$process")
    awk -v name="$name" -v bytes="$((times * bytes))" -v ns="$((ended - began))" -v ticks="$((to - from))" \
        -v hz="$(getconf CLK_TCK)" -v peak="$(peak "$process")" \
        'BEGIN { printf "%-34s %7.0f MB/s %6.2f s CPU/GB %5d MB peak\n", name, bytes / ns * 1000, ticks / hz / bytes * 1e9, peak }'
}

upload() { ask "/cards/$card/files" -F "file=@$folder/www/$1" -o /dev/null; }
download() { curl -sS --fail -b "$folder/cookies" -o /dev/null "$1"; }

path() { ask "/cards/$card" | sed 's|&#x2f;|/|g' | grep -o "/files/[0-9a-f-]\{36\}/$1" | head -n 1; }

for size in 10MB 1GB; do
    bytes=$(stat -c %s "$folder/www/$size") times=$([ $size = 1GB ] && echo 3 || echo 50)
    upload $size
    of=$(path $size)
    ask "$of" | cmp - "$folder/www/$size"
    report "up   $size" "$web" "$([ $size = 1GB ] && echo 2 || echo 20)" "$bytes" upload $size
    report "down $size" "$web" "$times" "$bytes" download "$site$of"
    # shellcheck disable=SC2154 # declared above
    report "down $size, nginx, sendfile" "$nginx_on" "$times" "$bytes" download "http://127.0.0.1:18081/$size"
    # shellcheck disable=SC2154
    report "down $size, nginx, without" "$nginx_off" "$times" "$bytes" download "http://127.0.0.1:18082/$size"
done

ten_at_once() {
    local uploads=()
    for _ in $(seq 10); do
        upload 1GB &
        uploads+=($!)
    done
    # Waiting for all at once would tell of the last alone.
    for upload in "${uploads[@]}"; do wait "$upload"; done
}
# The room is wanted.
rm -r "$folder/files" "$folder/www/10MB"
reset_peak "$web"
ten_at_once
printf '%-34s %s MB peak\n' 'up   ten of 1 GB at once' "$(peak "$web")"
