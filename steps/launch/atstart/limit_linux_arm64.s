#include "textflag.h"

// func prlimit64(resource uintptr, old unsafe.Pointer) uintptr
TEXT ·prlimit64(SB), NOSPLIT, $0-24
	MOVD	$261, R8
	MOVD	$0, R0
	MOVD	resource+0(FP), R1
	MOVD	$0, R2
	MOVD	old+8(FP), R3
	SVC
	MOVD	R0, ret+16(FP)
	RET
