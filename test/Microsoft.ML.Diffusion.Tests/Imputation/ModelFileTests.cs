using System.IO.Compression;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class ModelFileTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Every_kind_of_column_and_every_setting_survives_saving()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(SampleRow.Make(40));
        IDataView view = _ml.Transforms.Conversion.MapValueToKey("CityKey", nameof(SampleRow.City)).Fit(rows).Transform(rows);
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.PredictorColumns = [nameof(SampleRow.Signals)];
        DiffusionImputeTransformer saved = _ml.Transforms.DiffusionImpute([new("Age2", "Age"), new("CityKey")], options).Fit(view)
            .WithMode(ImputationMode.Draw, draw: 2, seed: 11);
        DiffusionImputeTransformer loaded = Load(Save(saved, view));

        Assert.Equal(saved.Mode, loaded.Mode);
        Assert.Equal(saved.Columns.Select(column => (column.OutputColumnName, column.InputColumnName)), loaded.Columns.Select(column => (column.OutputColumnName, column.InputColumnName)));
        Assert.Equal(saved.Model.Columns.Select(column => $"{column} {string.Join(',', column.Categories)}"), loaded.Model.Columns.Select(column => $"{column} {string.Join(',', column.Categories)}"), StringComparer.Ordinal);
        Assert.Equal(Cells.Of(saved.Transform(view), "Age2", "CityKey"), Cells.Of(loaded.Transform(view), "Age2", "CityKey"));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(0.98)]
    public void A_truncated_model_is_refused_in_a_sentence(double kept)
    {
        byte[] file = Change(Trained(), "DiffusionModel", content => content[..(int)(content.Length * kept)]);

        Assert.NotEmpty(Refusal(file).Message);
    }

    [Theory]
    [InlineData(7, "update the package, or train and save the model")]
    [InlineData(0, "train and save the model")]
    public void A_model_of_another_version_is_refused_in_a_sentence(byte version, string remedy)
    {
        byte[] file = Change(Trained(), "Model.key", content =>
        {
            // The two versions follow the eight characters of the signature.
            int at = content.AsSpan().IndexOf("DIFFIMPU"u8);
            if (at >= 0)
                content.AsSpan(at + 8, 8).Fill(version);
            return content;
        });

        Assert.Matches($"this version of Microsoft.ML.Diffusion reads version [0-9]+: {remedy} with the version in use here.$",
            Refusal(file).Message);
    }

    [Fact]
    public void A_model_without_its_network_is_refused_in_a_sentence()
    {
        byte[] file = Change(Trained(), "DiffusionModel", _ => null);

        Assert.Contains("the part 'DiffusionModel' of a DiffusionImpute transformer is not in it", Refusal(file).Message, StringComparison.Ordinal);
    }

    /// <summary>What the component says; ML.NET wraps it in exceptions of its own.</summary>
    private InvalidDataException Refusal(byte[] file)
    {
        Exception? exception = Assert.ThrowsAny<Exception>(() => Load(file));
        while (exception is not null and not InvalidDataException)
            exception = exception.InnerException;
        return Assert.IsType<InvalidDataException>(exception);
    }

    /// <summary>The model file with every entry of that name changed, or left out for null.</summary>
    private static byte[] Change(byte[] file, string entryName, Func<byte[], byte[]?> change)
    {
        using var changed = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(file)))
        using (var to = new ZipArchive(changed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using var content = new MemoryStream();
                using (Stream stream = entry.Open())
                    stream.CopyTo(content);
                byte[]? bytes = entry.FullName.EndsWith(entryName, StringComparison.Ordinal) ? change(content.ToArray()) : content.ToArray();
                if (bytes is null)
                    continue;
                using Stream target = to.CreateEntry(entry.FullName).Open();
                target.Write(bytes);
            }
        }

        return changed.ToArray();
    }

    private byte[] Trained()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(SampleRow.Make(20));
        return Save(_ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), Quick.Options()).Fit(view), view);
    }

    private byte[] Save(ITransformer transformer, IDataView view)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, view.Schema, file);
        return file.ToArray();
    }

    private DiffusionImputeTransformer Load(byte[] file)
    {
        ITransformer loaded = _ml.Model.Load(new MemoryStream(file), out _);
        return loaded as DiffusionImputeTransformer ?? Assert.IsType<DiffusionImputeTransformer>(Assert.Single((IEnumerable<ITransformer>)loaded));
    }
}
