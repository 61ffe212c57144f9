#pragma once

// Versions of datasets: what they are, where their files lie, and how they are committed.
#include "state/file_store.h"
#include "state/manifest.h"
#include "state/state.h"
