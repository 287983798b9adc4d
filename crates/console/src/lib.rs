//! Windows for people: the wall canvas, the film camera's view and live figures.
