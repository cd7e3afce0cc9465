using System.ComponentModel.DataAnnotations;
using ImageSearch.Web.SystemStatus;

namespace ImageSearch.Web.Tests.SystemStatus;

public sealed class SystemOptionsTests
{
    [Fact]
    public void Defaults_AreAQuarterOfAnHourInStepsOfFiveSeconds()
    {
        var options = new SystemOptions();

        Assert.Empty(Errors(options));
        Assert.Equal(180, options.Steps);
    }

    [Theory]
    [InlineData("00:00:00", "00:15:00", "00:00:02", "Interval")]
    [InlineData("00:02:00", "00:15:00", "00:00:02", "Interval")]
    [InlineData("00:00:05", "00:00:00", "00:00:02", "History")]
    [InlineData("00:00:05", "2.00:00:00", "00:00:02", "History")]
    [InlineData("00:00:01", "01:00:00", "00:00:02", "History is more than 2000 times Interval")]
    [InlineData("00:00:05", "00:15:00", "00:00:00", "Timeout")]
    [InlineData("00:00:05", "00:15:00", "00:01:00", "Timeout")]
    public void OutOfRange_IsRefused(string interval, string history, string timeout, string expected)
    {
        var options = new SystemOptions { Interval = TimeSpan.Parse(interval, null), History = TimeSpan.Parse(history, null), Timeout = TimeSpan.Parse(timeout, null) };

        Assert.Contains(Errors(options), error => error.Contains(expected, StringComparison.Ordinal));
    }

    private static List<string> Errors(SystemOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
