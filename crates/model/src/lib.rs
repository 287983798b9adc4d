//! The nouns of the stage: spaces, time, skeletons, rigs, markers, cameras, faces; plain data that cannot be wrong.
