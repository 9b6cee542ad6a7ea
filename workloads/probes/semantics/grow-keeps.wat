;; What was stored before a memory grew is there afterwards, and the first byte behind it can be stored.
;; expect: 1544
(module
  (memory 1 2)
  (func (export "run") (param i32) (result i64)
    (i64.store16 (i32.const 65534) (i64.const 0x0108))
    (if (i32.eq (memory.size) (i32.const 1)) (then (drop (memory.grow (i32.const 1)))))
    (i64.store8 (i32.const 65536) (i64.const 5))
    (i64.add (i64.load16_u (i32.const 65534)) (i64.shl (i64.load8_u (i32.const 65536)) (i64.const 8)))))
