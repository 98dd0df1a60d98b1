using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Tests.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>One run of the command line inside the test's process. Every table that it writes is read by other readers too.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static CommandRun Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = DiffusionTool.Run(args, output, error, CancellationToken.None);
        string? written = code == Tool.ExitCode.Done && args[0] != "segment" ? Value(args, "-o") : null;
        if (File.Exists(written) && !written.StartsWith("/dev/", StringComparison.Ordinal)
            && Path.GetExtension(written) is not (".parquet" or ".arrow" or ".feather"))
            OtherReaders.AssertAgree(written, OptionsOf(args));
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    private static CsvOptions OptionsOf(string[] args) => new(
        Value(args, "--separator") is { Length: 1 } separator ? separator[0] : null,
        Value(args, "--encoding") is { } encoding ? Encoding.GetEncoding(encoding) : null,
        Value(args, "--header") is { } header ? header == "yes" : null,
        Value(args, "--skip") is { } skip ? int.Parse(skip, CultureInfo.InvariantCulture) : 0);

    private static string? Value(string[] args, string option)
    {
        int at = Array.IndexOf(args, option);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
