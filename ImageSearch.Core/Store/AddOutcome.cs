namespace ImageSearch.Core.Store;

public enum AddOutcome
{
    /// <summary>The picture is new (or was deleted before).</summary>
    Added,

    /// <summary>The same bytes are known already.</summary>
    Duplicate,
}
