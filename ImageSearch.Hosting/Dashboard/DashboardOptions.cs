namespace ImageSearch.Hosting.Dashboard;

internal sealed record DashboardOptions
{
    /// <summary>False in tests, and with <c>--Dashboard:Enabled=false</c>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Port of the dashboard's pages; any free one when null (<c>--Dashboard:Port=18888</c>).</summary>
    public int? Port { get; set; }

    /// <summary>The first start on a machine unpacks the dashboard.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
