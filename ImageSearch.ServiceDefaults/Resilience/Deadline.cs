using System.Globalization;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>
/// When somebody stops waiting. Between services it travels as the time that is left (<see cref="Header"/>), so that no two clocks have to
/// agree.
/// </summary>
/// <param name="time">What is left now.</param>
/// <param name="clock">Measures it.</param>
public sealed class Deadline(TimeSpan time, TimeProvider clock)
{
    /// <summary>Milliseconds that are left for a request, a whole number.</summary>
    public const string Header = "X-Deadline-Ms";

    /// <summary>Nobody may ask for more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly AsyncLocal<Deadline?> Ambient = new();

    private readonly long _start = clock.GetTimestamp();

    /// <summary>That of the request that is being answered; null when it has none.</summary>
    public static Deadline? Current
    {
        get => Ambient.Value;
        internal set => Ambient.Value = value;
    }

    /// <summary>Zero when it has passed.</summary>
    public TimeSpan Remaining => !IsOver && clock.GetElapsedTime(_start) is var elapsed && elapsed < time ? time - elapsed : TimeSpan.Zero;

    /// <summary>Its timer has fired: timers may be a fraction of a millisecond ahead of the clock.</summary>
    internal bool IsOver { get; set; }

    /// <summary>A time, or what is left of the current request's if that is less.</summary>
    public static TimeSpan Within(TimeSpan time) => Current?.Remaining is { } remaining && remaining < time ? remaining : time;

    /// <summary>What a request is told that has run out of time.</summary>
    public ProblemException Exceeded() => new(
        StatusCodes.Status504GatewayTimeout,
        "deadline-exceeded",
        string.Create(CultureInfo.InvariantCulture, $"This could not be done within the {time.TotalMilliseconds} ms that {Header} gives it. Give it more time, or try again later."));

    public static bool TryParse(string? text, out TimeSpan time)
    {
        var isValid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds >= 1 && milliseconds <= Longest.TotalMilliseconds;
        time = TimeSpan.FromMilliseconds(isValid ? milliseconds : 0);
        return isValid;
    }

    /// <summary>What is left, as the header has it: at least 1, since 0 would be no valid request, and at most the longest.</summary>
    public override string ToString() =>
        Math.Clamp((long)Remaining.TotalMilliseconds, 1, (long)Longest.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
