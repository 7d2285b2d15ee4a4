# make run starts the service, make demo starts it with samples, make test runs everything.

ADDR      ?= 127.0.0.1:8080
DATA      ?= ./data
DEMO_DATA ?= ./data-demo

# In a checkout that belongs to somebody else, stamping the version would fail the build.
export GOFLAGS := -buildvcs=false $(GOFLAGS)

.DEFAULT_GOAL := help
.PHONY: help run demo build test lint screens setup setup-test clean

help:
	@echo '回音（Huiyin）'
	@echo '  make run    装好所缺的部件，编译，在 $(ADDR) 启动服务（数据在 $(DATA)）'
	@echo '  make demo   同上，带样例工单（数据在 $(DEMO_DATA)）'
	@echo '  make test   装好测试所需的部件，跑静态检查和全部测试'
	@echo '  make build  只编译，得到 bin/huiyin'
	@echo '  make lint   只做静态检查'
	@echo '  make screens 给工作台的每一页拍图，存到 docs/screens（先在另一个窗口 make demo）'
	@echo '  make clean  删除编译结果（不动数据）'

setup:
	@scripts/setup run

setup-test:
	@scripts/setup test

build: setup
	@[ -x bin/huiyin ] || echo '正在编译（首次需要下载依赖并编译分词库，约一两分钟）……'
	@go build -trimpath -ldflags '-s -w' -o bin/huiyin ./cmd/huiyin || \
		{ echo '编译没有成功。若是下载依赖时出错，请检查网络后执行：go mod download'; exit 1; }

run: build
	@exec bin/huiyin serve --addr $(ADDR) --data $(DATA)

demo: build $(DEMO_DATA)/made
	@exec bin/huiyin serve --addr $(ADDR) --data $(DEMO_DATA)

# Samples are made once; remove the folder to have them made again.
$(DEMO_DATA)/made: | build
	@bin/huiyin demo --data $(DEMO_DATA)
	@touch $@

test: setup-test lint
	go test -race -timeout 30m ./...

# The service of make demo must be running.
screens: setup-test
	go run ./internal/screens -base http://$(ADDR) -out docs/screens

lint: setup
	@scripts/lint

clean:
	rm -rf bin
