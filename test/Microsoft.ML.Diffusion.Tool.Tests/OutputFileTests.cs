namespace Microsoft.ML.Diffusion.Tool.Tests;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Until_it_is_committed_the_old_file_stays_and_then_only_the_new_one_is_there()
    {
        string path = _folder.Write("out.csv", "old");
        using (OutputFile file = OutputFile.Create(path))
        {
            file.Write(stream => stream.Write("new"u8));
            Assert.Equal("old", File.ReadAllText(path));
            file.Commit();
        }

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Single(_folder.Files);
    }

    [Fact]
    public void What_is_not_committed_leaves_nothing()
    {
        using (OutputFile file = OutputFile.Create(_folder.PathOf("out.csv")))
            file.Write(stream => stream.Write("new"u8));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Several_files_are_made_together_or_not_at_all()
    {
        Assert.Throws<InputException>(() => OutputFile.CreateAll(_folder.PathOf("a.csv"), _folder.PathOf("absent/b.csv")));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_refused_in_one_sentence()
    {
        Assert.EndsWith("absent does not exist.", Assert.Throws<InputException>(() => OutputFile.Create(_folder.PathOf("absent/out.csv"))).Message, StringComparison.Ordinal);
        Assert.EndsWith("is a folder; the name of a file to write was expected.", Assert.Throws<InputException>(() => OutputFile.Create(_folder.PathOf("."))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        string target = _folder.Write("target.csv", "old");
        string link = _folder.PathOf("link.csv");
        File.CreateSymbolicLink(link, target);
        using (OutputFile file = OutputFile.Create(link))
        {
            file.Write(stream => stream.Write("new"u8));
            file.Commit();
        }

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(target));
    }
}
