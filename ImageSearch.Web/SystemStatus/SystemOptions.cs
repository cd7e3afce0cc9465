using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.SystemStatus;

/// <summary>Configuration section <c>System</c>: how often this server looks at the whole, and how far back it remembers.</summary>
public sealed class SystemOptions : IValidatableObject
{
    public const string Section = "System";

    private const int MaximumSteps = 2000;

    /// <summary>Time between two looks, one step of the history. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How far back the history goes. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan History { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a look waits for the store, the queues and each index server; what is late is said to be. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What the history holds at most.</summary>
    public int Steps => Math.Max(1, (int)(History / Interval));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Interval > TimeSpan.Zero && History / Interval > MaximumSteps)
        {
            yield return new ValidationResult(
                $"System: History is more than {MaximumSteps} times Interval: make one shorter or the other longer.",
                [nameof(History), nameof(Interval)]);
        }
    }
}
