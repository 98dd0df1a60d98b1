using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Tests.Databases;

/// <summary>A PostgreSQL server in a temporary folder, which listens on a socket in it alone.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pg-").FullName;

    public PostgreSqlServer()
    {
        // The server refuses to run as root.
        if (Environment.IsPrivilegedProcess)
            Run("chown", "postgres", _folder);
        RunAsUser("initdb", "-D", Data, "-A", "trust", "-U", "tester", "--no-sync", "-E", "UTF8");
        RunAsUser("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-o", $"-F -k {_folder} -c listen_addresses=''", "start");
    }

    /// <summary>How to reach it.</summary>
    public string ConnectionString => $"Host={_folder};Username=tester;Database=postgres;Pooling=false";

    private string Data => Path.Combine(_folder, "data");

    public void Dispose()
    {
        RunAsUser("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static void RunAsUser(string program, params string[] args)
    {
        string path = Path.Combine(PostgreSqlFactAttribute.Programs!, program);
        if (Environment.IsPrivilegedProcess)
            Run("runuser", ["-u", "postgres", "--", path, .. args]);
        else
            Run(path, args);
    }

    private static void Run(string program, params string[] args)
    {
        // The server inherits what is redirected, and keeps it open.
        using Process process = Process.Start(new ProcessStartInfo(program, args) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: exit code {process.ExitCode}");
    }
}
