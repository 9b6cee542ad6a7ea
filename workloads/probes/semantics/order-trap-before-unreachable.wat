;; The first trap ends the call: the load's and not the one behind it.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load (local.get 0)))
    (unreachable)))
