using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Security.Limits;

/// <summary>How often one client may call: a bucket of <see cref="Burst"/> calls, filled at <see cref="PerSecond"/>.</summary>
internal sealed class RequestRate
{
    /// <summary>Calls per second in the long run. Default 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public double PerSecond { get; set; }

    /// <summary>Calls at once after a pause. Default 0: as many as two seconds give, at least 1.</summary>
    [Range(0, 1_000_000)]
    public int Burst { get; set; }

    public bool IsLimited => PerSecond > 0;

    public int Size => Burst > 0 ? Burst : (int)Math.Clamp(Math.Ceiling(2 * PerSecond), 1, 1_000_000);
}
