#!/bin/sh
# A base for images, from what this machine has: make-base.sh NAME USER PROGRAM...
# It holds a shell, npm, these programs, the libraries that they load, and the user that the Dockerfile runs as.
set -eu
name=$1 user=$2
shift 2
container=$(buildah from scratch)
root=$(buildah mount "$container")
trap 'buildah rm "$container" >/dev/null' EXIT
mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/root" "$root/usr/bin" "$root/usr/lib/node_modules" "$root/proc" "$root/dev" "$root/sys"
chmod 1777 "$root/tmp"
take() {
  cp -L "$1" "$root$2"
  ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
}
take /bin/sh /bin/sh
take /usr/bin/env /usr/bin/env
for program in "$@"; do take "$program" "/usr/bin/$(basename "$program")"; done
cp -r "$(npm root -g)/npm" "$root/usr/lib/node_modules/"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
printf 'root:x:0:0::/root:/bin/sh\n%s:x:1000:1000::/tmp:/bin/sh\n' "$user" > "$root/etc/passwd"
printf 'root:x:0:\n%s:x:1000:\n' "$user" > "$root/etc/group"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
# The registry is that of this machine's npm, and so is whom it trusts.
[ ! -f "$HOME/.npmrc" ] || cp "$HOME/.npmrc" "$root/root/"
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  cp "$NODE_EXTRA_CA_CERTS" "$root/etc/ca.pem"
  printf 'cafile=/etc/ca.pem\n' >> "$root/root/.npmrc"
fi
for library in /lib/*-linux-gnu/libnss_dns.so.2 /lib/*-linux-gnu/libnss_files.so.2 /lib/*-linux-gnu/libresolv.so.2; do
  [ ! -e "$library" ] || cp -Ln "$library" "$root$library"
done
buildah umount "$container" >/dev/null
buildah config --env PATH=/usr/bin:/bin "$container"
buildah commit -q "$container" "$name" >/dev/null
