namespace ImageSearch.Extractor.Models;

/// <summary>The declared model cannot be used. The message is the one line that an operator reads: what is wrong, and with what.</summary>
/// <param name="passes">It cannot be fetched at the moment: another start may have more luck.</param>
internal sealed class ModelException(string message, bool passes = false) : Exception(message)
{
    public bool Passes => passes;
}
