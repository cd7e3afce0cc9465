using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Running.Servers;
using ImageSearch.Testing;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.Hosting.Tests.Running.Servers;

public sealed class VolumesTests
{
    [Fact]
    public void DirectoryOf_NamedVolume_IsKeptBelowTheSettingForItsOwner()
    {
        using var directory = new TemporaryDirectory();
        string data;
        using (var volumes = new Volumes(new ConfigurationBuilder().AddInMemoryCollection([new(Volumes.DirectoryKey, directory.Path)]).Build()))
        {
            data = volumes.DirectoryOf(Container(new("store", "/data", ContainerMountType.Volume, isReadOnly: false)), "/data");
        }

        Assert.Equal(directory.Combine("store"), data);
        Assert.True(Directory.Exists(data));
        Assert.Equal(FileModes.OwnersDirectory, FileModes.Of(data));
    }

    [Fact]
    public void DirectoryOf_BindMount_IsItsSource()
    {
        using var directory = new TemporaryDirectory();
        using var volumes = new Volumes(new ConfigurationBuilder().Build());

        var data = volumes.DirectoryOf(Container(new(directory.Combine("own"), "/data", ContainerMountType.BindMount, isReadOnly: false)), "/data");

        Assert.Equal(directory.Combine("own"), data);
    }

    [Fact]
    public void DirectoryOf_NoVolume_GoesWithTheApplication()
    {
        string data;
        using (var volumes = new Volumes(new ConfigurationBuilder().Build()))
        {
            data = volumes.DirectoryOf(Container(new("other", "/elsewhere", ContainerMountType.Volume, isReadOnly: false)), "/data");
            Assert.True(Directory.Exists(data));
        }

        Assert.False(Directory.Exists(data));
    }

    private static ContainerResource Container(ContainerMountAnnotation mount)
    {
        var container = new ContainerResource("server");
        container.Annotations.Add(mount);
        return container;
    }
}
