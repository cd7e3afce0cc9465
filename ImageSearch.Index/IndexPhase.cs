namespace ImageSearch.Index;

/// <summary>What an index server can do now.</summary>
public enum IndexPhase
{
    /// <summary>It is reading what there is, and answers nothing yet.</summary>
    Loading,

    /// <summary>It answers from everything that the store had a moment ago.</summary>
    Ready,

    /// <summary>It answers, but pictures are left out: the memory limit is reached.</summary>
    Full,
}
