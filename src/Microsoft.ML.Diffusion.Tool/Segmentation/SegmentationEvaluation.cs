using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Diffusion.Vision.Evaluation;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Compares what a model predicts with the masks of a folder.</summary>
/// <param name="model">The model.</param>
/// <param name="images">The folder of pictures.</param>
/// <param name="masks">The folder of masks.</param>
internal sealed class SegmentationEvaluation(DiffusionSegmentationTransformer model, string images, string masks)
{
    /// <summary>Predicts every picture that has a mask.</summary>
    /// <param name="display">Shows how far it has come.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="InputException">A file cannot be used, or no pixel has a class.</exception>
    public EvaluatedPictures Run(Display display, CancellationToken cancel)
    {
        (string[] all, HashSet<string> masked) = PictureFolder.Pairs(images, masks);
        string[] names = [.. all.Where(masked.Contains)];
        var scores = new SegmentationScores(model.ClassNames.Count);
        var pictures = new EvaluatedPicture[names.Length];
        Lock adding = new();
        PictureLoop.Run("Predicting", names.Length, i =>
        {
            (PngPicture _, byte[] truth, SegmentedPicture answer) = Predict(names[i]);
            lock (adding)
                scores.Add(truth, answer.Classes);
            int known = truth.Count(label => label != LabelledPicture.Ignored);
            int right = truth.Where((label, pixel) => label == answer.Classes[pixel]).Count();
            pictures[i] = new EvaluatedPicture(names[i], known, right, answer.PictureUncertainty);
        }, display, cancel);
        if (pictures.All(picture => picture.KnownPixels == 0))
            throw new InputException($"{masks} has no pixel with a class, so that there is nothing to compare.");
        return new EvaluatedPictures(MaskComparison.Metrics(scores, model.ClassNames, missing: 0), pictures, all.Length - names.Length);
    }

    /// <summary>A picture, its true mask and what the model predicts.</summary>
    /// <param name="name">The name of the file.</param>
    /// <exception cref="InputException">A file cannot be used.</exception>
    public (PngPicture Picture, byte[] Truth, SegmentedPicture Answer) Predict(string name)
    {
        PngPicture picture = PngFile.Read(Path.Combine(images, name));
        string path = Path.Combine(masks, name);
        byte[] truth = PngFile.ReadMask(path, picture);
        PngFile.RefuseBeyond(path, picture, truth, model.ClassNames.Count, "the model has");
        return (picture, truth, model.Segment(picture.ToPicture(model.Channels)));
    }
}
