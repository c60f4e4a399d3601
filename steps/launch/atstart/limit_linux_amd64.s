#include "textflag.h"

// func prlimit64(resource uintptr, old unsafe.Pointer) uintptr
TEXT ·prlimit64(SB), NOSPLIT, $0-24
	MOVQ	$302, AX
	MOVQ	$0, DI
	MOVQ	resource+0(FP), SI
	MOVQ	$0, DX
	MOVQ	old+8(FP), R10
	SYSCALL
	MOVQ	AX, ret+16(FP)
	RET
