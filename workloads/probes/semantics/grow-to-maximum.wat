;; A memory grows to its maximum and no further: 1, then no page, then 3 pages.
;; expect: 65539
(module
  (memory 1 3)
  (func (export "run") (param i32) (result i64)
    (local $first i32) (local $second i32)
    (if (i32.lt_u (memory.size) (i32.const 3))
      (then (drop (memory.grow (i32.sub (i32.const 3) (memory.size))))))
    (local.set $first (memory.grow (i32.const 0)))
    (local.set $second (memory.grow (i32.const 1)))
    (i64.extend_i32_u (i32.add (local.get $first) (i32.shl (i32.eq (local.get $second) (i32.const -1)) (i32.const 16))))))
