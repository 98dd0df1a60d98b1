using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Files;

/// <summary>Pipes, devices, standard streams, permissions, and what killed runs leave.</summary>
public sealed class SpecialOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _input;

    public SpecialOutputTests() => _input = _folder.Write("in.csv", "a,b\n1,x\n2,y\n3,x\n");

    private string Ampute => $"{ToolProcess.CommandLine} ampute";

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_pipe_is_written_to_and_stays_a_pipe()
    {
        string pipe = _folder.PathOf("pipe");
        (int code, string error) = Shell.Run(
            $"mkfifo '{pipe}'; cat '{pipe}' > '{_folder.PathOf("read.csv")}' & " +
            $"{Ampute} '{_input}' -o '{pipe}' --mechanism mcar --rate 0 --quiet; c=$?; wait; test -p '{pipe}' && exit $c");
        Assert.Equal((ExitCode.Done, string.Empty), (code, error));
        Assert.Equal(File.ReadAllText(_input), File.ReadAllText(_folder.PathOf("read.csv")));
    }

    [UnixTheory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void Standard_output_gets_the_table_alone_and_notes_go_to_standard_error(string name)
    {
        string output = _folder.PathOf("out.csv");
        (int code, string error) = Shell.Run($"(echo first; {Ampute} '{_input}' -o {name} --mechanism mcar --rate 0) > '{output}'");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("0 more cells are missing", error, StringComparison.Ordinal);
        Assert.Equal("first\n" + File.ReadAllText(_input), File.ReadAllText(output));
    }

    [UnixFact]
    public void Standard_input_is_read()
    {
        string output = _folder.PathOf("out.csv");
        (int code, string error) = Shell.Run($"cat '{_input}' | {Ampute} - -o '{output}' --mechanism mcar --rate 0 --quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (code, error));
        Assert.Equal(File.ReadAllText(_input), File.ReadAllText(output));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Permissions_of_a_file_that_is_replaced_stay_and_a_new_one_follows_the_mask()
    {
        string old = _folder.Write("old.csv", "old");
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(old, Mine);
        string made = _folder.PathOf("new.csv");
        Shell.Run(
            $"umask 027; {Ampute} '{_input}' -o '{old}' --mechanism mcar --rate 0; " +
            $"{Ampute} '{_input}' -o '{made}' --mechanism mcar --rate 0");
        Assert.Equal(File.ReadAllText(_input), File.ReadAllText(old));
        Assert.Equal(Mine, File.GetUnixFileMode(old));
        Assert.Equal(Mine | UnixFileMode.GroupRead, File.GetUnixFileMode(made));
    }

    [RootFact]
    public void The_owner_of_a_file_that_is_replaced_stays()
    {
        string old = _folder.Write("old.csv", "old");
        (int code, string owner) = Shell.Run(
            $"chown 12345:54321 '{old}'; {Ampute} '{_input}' -o '{old}' --mechanism mcar --rate 0 --quiet; " +
            $"stat -c %u:%g '{old}' >&2");
        Assert.Equal((ExitCode.Done, "12345:54321\n"), (code, owner));
    }

    [UnixFact]
    public void What_a_killed_run_left_is_swept_and_what_another_run_writes_is_not()
    {
        using var other = Process.Start("sleep", "60");
        using var dead = Process.Start("true");
        dead.WaitForExit();
        string Left(int process) => _folder.Write(
            string.Create(CultureInfo.InvariantCulture, $".out.csv.mldiffusion-{process}-{Guid.NewGuid():N}.tmp"), "half");
        string swept = Left(dead.Id);
        string sameNumber = Left(Environment.ProcessId);
        string written = Left(other.Id);
        string foreign = _folder.Write(".out.csv.mldiffusion-1-x.tmp", "no name of ours");
        CommandRun run = CommandRun.Of("ampute", _input, "-o", _folder.PathOf("out.csv"), "--mechanism", "mcar", "--rate", "0");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal((false, false, true, true), (File.Exists(swept), File.Exists(sameNumber), File.Exists(written), File.Exists(foreign)));
        other.Kill();
    }

    [Fact]
    public void A_file_that_this_process_is_writing_is_not_swept()
    {
        using OutputFile first = OutputFile.Create(_folder.PathOf("out.csv"));
        using OutputFile second = OutputFile.Create(_folder.PathOf("out.csv"));
        Assert.Equal(3, _folder.Files.Count());
    }

    [Fact]
    public void A_name_as_long_as_names_may_be_is_written()
    {
        string output = _folder.PathOf(new string('n', 251) + ".csv");
        Assert.Equal(ExitCode.Done, CommandRun.Of("ampute", _input, "-o", output, "--mechanism", "mcar", "--rate", "0").ExitCode);
        Assert.Equal(2, _folder.Files.Count());
    }
}
