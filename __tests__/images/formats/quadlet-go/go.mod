// Podman's generator of units from quadlets, for quadlet.itg.ts.
module quadlet-go

go 1.23.3

require github.com/containers/podman/v5 v5.6.2

require github.com/containers/storage v1.59.1 // indirect
