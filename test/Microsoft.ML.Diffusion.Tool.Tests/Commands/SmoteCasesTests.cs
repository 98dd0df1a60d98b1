namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class SmoteCasesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [HandedCaseFact("smote-without-label")]
    public void No_new_row_lacks_a_class_or_another_cell() => NoNewRowHasAHole("nanlabel.csv", "label");

    [HandedCaseFact("smote-without-label")]
    public void No_new_row_lacks_a_number_to_predict() => NoNewRowHasAHole("skew.csv", "income");

    private void NoNewRowHasAHole(string file, string label)
    {
        string input = HandedCases.PathOf("smote-without-label", file), output = _folder.PathOf("out.csv");
        CommandRun run = CommandRun.Of("augment", input, "-o", output, "--rows", "60", "--label", label, "--method", "smote", "--quiet");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        string[] made = File.ReadAllLines(output)[File.ReadAllLines(input).Length..];
        Assert.Equal(60, made.Length);
        Assert.All(made, line => Assert.All(line.Split(','), cell => Assert.NotEqual("", cell)));
    }
}
