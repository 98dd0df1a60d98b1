using System.CommandLine;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Description;
using Microsoft.ML.Diffusion.Tool.Evaluation;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion describe</c>: says what the columns of a file are, and why.</summary>
internal static class DescribeCommand
{
    /// <param name="output">Standard output: the description.</param>
    /// <param name="error">Standard error: progress and warnings.</param>
    /// <param name="cancel">Stops the reading.</param>
    public static Command Create(TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var common = new CommonOptions();
        Option<string?> report = new("--report") { HelpName = "R.html", Description = "Write a page to look at; opens offline." };
        Option<string?> json = new("--json")
        {
            HelpName = "columns.json",
            Description = "Write the roles too, to be edited and given back with --columns.",
        };
        Command command = common.AddTo(new ToolCommand(
            "describe", "Say what each column is, why, which cells are missing, and what holds between the columns.",
            ("mldiffusion describe patients.csv --report look.html", "A page to look at before anything is filled in."),
            ("mldiffusion describe patients.csv --json columns.json", "What was found, to be edited and given back with --columns.")));
        command.Add(report);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string[] paths = [.. new[] { parsed.GetValue(report), parsed.GetValue(json) }.OfType<string>()];
            foreach (string path in paths)
                common.RefuseSameFile(parsed, path);
            if (paths.Length == 2 && FileStatus.AreSame(StandardStream.OutputPath(paths[0]), StandardStream.OutputPath(paths[1])))
                throw new UsageException($"{paths[1]} is named in both --report and --json; two files were expected.");
            Display display = common.OpenDisplay(parsed, error);
            SchemaOptions schema = common.SchemaOf(parsed, leaveOutIdentifiers: true);
            using CsvBlocks file = common.OpenBlocks(parsed, display, cancel);
            DescribedTable table = DescribedTable.Of(file, schema, cancel);
            Write(paths, (stream, isReport) =>
            {
                if (isReport)
                    DescriptionReport.Write(table, Origin.Of(parsed, ("table", table.Path)), stream);
                else
                    stream.Write(Encoding.UTF8.GetBytes(TableProfiler.RolesOf(table.Profiles).ToJson()));
            }, parsed.GetValue(report));

            // Standard output is either the description's or a file's.
            (paths.Any(StandardStream.IsOutput) ? error : output).Write(TableDescription.Of(table));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Writes all files or none.</summary>
    private static void Write(string[] paths, Action<Stream, bool> write, string? report)
    {
        OutputFile[] files = OutputFile.CreateAll(paths);
        try
        {
            foreach (OutputFile file in files)
                file.Write(stream => write(stream, file.Path == report));
            foreach (OutputFile file in files)
                file.Commit();
        }
        finally
        {
            foreach (OutputFile file in files)
                file.Dispose();
        }
    }
}
