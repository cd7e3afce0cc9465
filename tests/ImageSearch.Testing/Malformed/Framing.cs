namespace ImageSearch.Testing.Malformed;

/// <summary>How a request's body is framed.</summary>
public enum Framing
{
    /// <summary>As its headers say: there has to be an answer.</summary>
    Whole,

    /// <summary>HTTP itself is broken: the server may hang up without a word.</summary>
    Broken,

    /// <summary>It ends early, and the client hangs up.</summary>
    CutOff,

    /// <summary>It ends early, and the client waits: the server has to lose its patience.</summary>
    Stalled,
}
