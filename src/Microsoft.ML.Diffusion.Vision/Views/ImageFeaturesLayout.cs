using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>Which column is read and which is added.</summary>
/// <param name="Output">The column of features.</param>
/// <param name="Image">The column of pictures.</param>
/// <param name="Averages">Whether the features of all pixels are averaged.</param>
internal sealed record ImageFeaturesLayout(string Output, string Image, bool Averages)
{
    /// <summary>The type of the column that is added.</summary>
    /// <param name="form">The size of pictures.</param>
    /// <param name="count">Features of a pixel.</param>
    public VectorDataViewType TypeOf(PictureForm form, int count) => Averages
        ? new VectorDataViewType(NumberDataViewType.Single, count)
        : new VectorDataViewType(NumberDataViewType.Single, form.Height, form.Width, count);

    /// <summary>Whether a column can hold the features of a picture.</summary>
    /// <param name="form">The size of pictures.</param>
    /// <param name="count">Features of a pixel.</param>
    public bool Holds(PictureForm form, int count) => Averages || (long)form.Height * form.Width * count <= Array.MaxLength;

    /// <summary>The promise of the column that is to be added.</summary>
    public SchemaShape.Column Promised() =>
        SchemaShapeAccess.Column(Output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, []);

    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Output);
        writer.Write(Image);
        writer.Write(Averages);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ImageFeaturesLayout ReadFrom(BinaryReader reader)
    {
        var layout = new ImageFeaturesLayout(reader.ReadString(), reader.ReadString(), reader.ReadBoolean());
        CheckedReading.Require(layout.Output.Length > 0 && layout.Image.Length > 0, "a column has no name");
        return layout;
    }
}
