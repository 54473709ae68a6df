pub struct StatusWriter;
