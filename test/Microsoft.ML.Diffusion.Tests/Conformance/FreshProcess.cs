using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>A program that knows plain ML.NET only: loads a saved model, runs it on sample rows and prints what comes out.</summary>
public static class FreshProcess
{
    public static int Main(string[] arguments)
    {
        var ml = new MLContext(seed: 5);
        ITransformer model = ml.Model.Load(arguments[0], out _);
        IDataView rows = ml.Data.LoadFromEnumerable(SampleRow.Make(int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture)));
        foreach (string line in Cells.Of(model.Transform(rows)))
            Console.WriteLine(line);
        return 0;
    }

    /// <summary>Runs it on a number of sample rows.</summary>
    public static List<string> Run(string modelPath, int rowCount)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(FreshProcess).Assembly.Location, modelPath, $"{rowCount}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
