using System.Text;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Files;

/// <summary>Every command that writes, where there is no space to write to.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Label = "--label c --method smote";

    private static readonly string[] s_commands =
    [
        "ampute IN -o OUT --mechanism mcar --rate 0.2",
        "impute IN -o OUT --method mean",
        "impute IN -o OUT --model MODEL",
        "train IN --model OUT --method mean",
        $"synthesize IN -o OUT --rows 9 {Label}",
        $"augment IN -o OUT --rows 9 {Label}",
        "describe IN --json OUT",
        "describe IN --report OUT",
        "evaluate --real IN --synthetic IN --test IN --label c --json OUT",
        "evaluate --real IN --synthetic IN --test IN --label c --report OUT",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _table;
    private readonly string _model;

    public FullDiskTests()
    {
        var rows = new StringBuilder("a,b,c\n");
        var random = new Random(4);
        for (int i = 0; i < 200; i++)
        {
            rows.Append(i % 50).Append(',').Append(i % 3 == 0 ? "" : $"{i % 7 * 1.5}").Append(',');
            rows.Append(random.Next(50) < i % 50 ? "x" : "y").Append('\n');
        }

        _table = _folder.Write("in.csv", rows.ToString());
        _model = _folder.PathOf("model.zip");
    }

    public static TheoryData<string> Commands => [.. s_commands];

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [MemberData(nameof(Commands))]
    public void A_device_without_space_is_told_in_one_sentence(string command)
    {
        if (!File.Exists("/dev/full"))
            return;
        TrainModel();
        CommandRun run = CommandRun.Of([.. In(command, "/dev/full").Split(' '), "--quiet"]);
        Assert.Equal(
            (ExitCode.BadInput, "mldiffusion: /dev/full cannot be written: no space is left on the device.\n"), (run.ExitCode, run.Error));
    }

    [RootFact]
    public void A_full_disk_leaves_the_old_output_of_every_command_and_no_other_file()
    {
        TrainModel();
        string disk = _folder.PathOf("disk");
        Directory.CreateDirectory(disk);
        var script = new StringBuilder($"mount -t tmpfs -o size=64k none '{disk}' || exit 77; cd '{disk}'\n");
        List<string> expected = [];
        for (int number = 1; number <= s_commands.Length; number++)
        {
            string output = $"{disk}/out{number}";
            script.Append($"echo old > {output}; ");
            expected.Add($"mldiffusion: {output} cannot be written: no space is left on the device.");
        }

        // What is left is filled to the last byte.
        script.Append("cat /dev/zero > zeros 2>/dev/null\n");
        for (int i = 0; i < s_commands.Length; i++)
            script.Append($"{ToolProcess.CommandLine} {In(s_commands[i], $"{disk}/out{i + 1}")} --quiet\n");
        script.Append("ls -A >&2; cat out* >&2");
        (int code, string error) = Shell.Run($"unshare -m sh '{_folder.Write("script.sh", script.ToString())}'");
        // Some machines let even root mount nothing.
        if (code == 77 || error.Contains("unshare", StringComparison.Ordinal))
            return;
        string[] names = [.. Enumerable.Range(1, s_commands.Length).Select(i => $"out{i}").Append("zeros").Order(StringComparer.Ordinal)];
        Assert.Equal([.. expected, .. names, .. Enumerable.Repeat("old", s_commands.Length)], error.TrimEnd().Split('\n'));
    }

    private void TrainModel() =>
        Assert.Equal(ExitCode.Done, CommandRun.Of("train", _table, "--model", _model, "--method", "mean", "--quiet").ExitCode);

    private string In(string command, string output) => command
        .Replace("IN", _table, StringComparison.Ordinal)
        .Replace("MODEL", _model, StringComparison.Ordinal)
        .Replace("OUT", output, StringComparison.Ordinal);
}
