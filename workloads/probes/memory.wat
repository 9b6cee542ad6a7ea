;; Grows its memory by ever smaller steps until nothing more is given; returns how many pages it has then.
(module
  (memory (export "memory") 1)
  (func (export "run") (param i32) (result i64)
    (local $step i32)
    (local.set $step (i32.const 32768))
    (loop $next
      (if (i32.eq (memory.grow (local.get $step)) (i32.const -1))
        (then (local.set $step (i32.shr_u (local.get $step) (i32.const 1)))))
      (br_if $next (local.get $step)))
    (i64.extend_i32_u (memory.size))))
