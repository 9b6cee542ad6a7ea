#!/bin/bash
# An array of jobs: `sbatch slurm.sh`. Each task measures one shard on a node of its own. The results lie in a folder that
# all nodes see, where a task that is requeued goes on.
#SBATCH --job-name=wasmark
#SBATCH --array=1-3
#SBATCH --nodes=1
#SBATCH --exclusive
#SBATCH --requeue
#SBATCH --time=02:00:00
#SBATCH --output=wasmark-%A-%a.log
# One class of machines: shards of one run are compared with each other.
#SBATCH --constraint=icelake
set -euo pipefail

# SLURM_ARRAY_TASK_ID and its neighbours state the shard, and SLURM_ARRAY_JOB_ID the run.
export WASMARK_RESULTS=${WASMARK_RESULTS:-$SLURM_SUBMIT_DIR/results}
# Workers are kept on the node: a cache that many nodes write is a slow one.
export WASMARK_CACHE=${WASMARK_CACHE:-${TMPDIR:-/tmp}/wasmark-$USER}

wasmark run --profile standard
# When all have ended: wasmark report "$WASMARK_RESULTS"
