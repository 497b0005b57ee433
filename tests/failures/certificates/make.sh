#!/bin/sh
# Writes the certificates of this folder, for tests alone: each file is a server's key with its certificates, valid
# for a hundred years from its authority `root.pem`, but for the one thing that its name says.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
new_key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
for name in root intermediate server; do
  openssl req $new_key -keyout "$work/$name.key" -out "$work/$name.csr" -subj "/CN=$name"
done
openssl req -x509 -key "$work/root.key" -out root.pem -subj /CN=root -days 36500
cat > "$work/ca.cnf" <<END
[ca]
default_ca = tests
[tests]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[intermediate]
basicConstraints = critical,CA:TRUE
[localhost]
subjectAltName = DNS:localhost,IP:127.0.0.1
[other]
subjectAltName = DNS:other.example
END
: > "$work/index"

# sign NAME ISSUER EXTENSIONS START END
sign() {
  openssl ca -batch -notext -config "$work/ca.cnf" -cert "$2.pem" -keyfile "$work/$(basename "$2").key" \
    -in "$work/$1.csr" -out "$work/signed.pem" -extensions "$3" -startdate "$4" -enddate "$5"
}
sign intermediate root intermediate 20200101000000Z 21200101000000Z
mv "$work/signed.pem" "$work/intermediate.pem"
# server NAME EXTENSIONS START END
server() {
  sign server "$work/intermediate" "$2" "$3" "$4"
  cat "$work/server.key" "$work/signed.pem" "$work/intermediate.pem" > "$1.pem"
}
server valid localhost 20200101000000Z 21200101000000Z
cat "$work/server.key" "$work/signed.pem" > without-intermediate.pem
server other-host other 20200101000000Z 21200101000000Z
server expired localhost 20200101000000Z 20210101000000Z
server not-yet-valid localhost 21100101000000Z 21200101000000Z
openssl req -x509 -key "$work/server.key" -out "$work/signed.pem" -subj /CN=localhost -days 36500 \
  -addext "subjectAltName = DNS:localhost,IP:127.0.0.1"
cat "$work/server.key" "$work/signed.pem" > self-signed.pem
rm -r "$work"
