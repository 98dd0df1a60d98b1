using System.Text;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>Writes the drawings of a report into a folder, all of them or none.</summary>
internal static class FigureFiles
{
    /// <summary>Makes the folder where it is not there.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{folder} cannot be made a folder for figures: {e.Message}", e);
        }
    }

    /// <summary>Writes them; files of the same names are replaced.</summary>
    /// <exception cref="InputException">One cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<ReportDrawing> drawings)
    {
        OutputFile[] files = OutputFile.CreateAll([.. drawings.Select(drawing => Path.Combine(folder, drawing.Name))]);
        try
        {
            for (int i = 0; i < files.Length; i++)
            {
                byte[] text = Encoding.UTF8.GetBytes(drawings[i].Svg);
                files[i].Write(stream => stream.Write(text));
            }

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
