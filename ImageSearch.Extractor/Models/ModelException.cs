namespace ImageSearch.Extractor.Models;

/// <summary>The declared model cannot be used. The message is the one line that an operator reads: what is wrong, and with what.</summary>
internal sealed class ModelException(string message) : Exception(message);
