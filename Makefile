# make test is all that a change needs to pass; README.md says the same.

GO      ?= go
PKGS    := ./...
# Programs that the tests start for real, and the Debian packages they come in.
PROGRAMS := python3 tmux setpriv $(if $(filter 0,$(shell id -u)),cron)
PACKAGES := python3 python3-venv tmux util-linux cron
# Launchers that the tests start a target from, in a virtual environment of their own.
VENV     := .venv
LAUNCHERS := pytest==8.3.5 tox==4.25.0 supervisor==4.3.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build test deps venv vet lint cross bench screens clean

build:
	$(GO) build -trimpath -ldflags '-s -w' -o bin/casebook ./cmd/casebook

test: deps venv vet lint cross
	$(GO) test -race -timeout 10m $(PKGS)

deps:
	@missing=; for p in $(PROGRAMS); do command -v $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing for the tests:$$missing"; \
	  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(PACKAGES) >/dev/null; \
	else \
	  echo "The tests start these programs, which are not here:$$missing"; \
	  echo "On Debian or Ubuntu: sudo apt-get install $(PACKAGES)"; \
	  echo "Elsewhere: get Python 3.8 or later, tmux, cron and util-linux from your package manager."; \
	  exit 1; \
	fi

venv: $(VENV)/.launchers

$(VENV)/.launchers: Makefile
	@python3 -m venv --clear $(VENV) && $(VENV)/bin/pip install -q --disable-pip-version-check $(LAUNCHERS) && touch $@ || { \
	  echo "The tests start pytest, tox and supervisord from $(VENV), which could not be made with $(LAUNCHERS)."; \
	  echo "It takes Python's venv module (on Debian: sudo apt-get install python3-venv) and a package index; or set CASEBOOK_VENV to one that has them and run go test yourself."; \
	  exit 1; }

vet:
	@out=$$(gofmt -l cmd tui session steps notes); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) mod verify
	$(GO) vet $(PKGS)

lint:
	$(GO) run $(STATICCHECK) $(PKGS)

# What must compile beside the platform that the tests run on.
cross:
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build $(PKGS)
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(GO) build $(PKGS)

bench:
	$(GO) test -run '^$$' -bench . -benchmem $(PKGS)

# The picture of the notebook in README.md, from a real run of the demo.
screens:
	CASEBOOK_SCREENS=1 $(GO) test -count=1 -run 'TestDemoFromStartToExport' ./cmd/casebook

clean:
	rm -rf bin
