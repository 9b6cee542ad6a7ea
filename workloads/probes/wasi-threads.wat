;; Starts a thread, and waits for what it writes to the memory that both share.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))
  (func (export "wasi_thread_start") (param $thread i32) (param $value i32)
    (i32.atomic.store (i32.const 0) (local.get $value))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
  (func (export "run") (param i32) (result i64)
    (i32.atomic.store (i32.const 0) (i32.const 0))
    ;; A thread's number is above zero.
    (if (i32.lt_s (call $spawn (i32.const 42)) (i32.const 1)) (then (return (i64.const 0))))
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
    (i64.extend_i32_u (i32.atomic.load (i32.const 0)))))
