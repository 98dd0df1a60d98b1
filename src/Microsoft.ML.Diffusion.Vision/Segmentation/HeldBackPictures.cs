using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Labelled pictures of which a part is held back, by their numbers.</summary>
/// <param name="Learnt">Those that are learnt from.</param>
/// <param name="Held">Those that are held back.</param>
internal sealed record HeldBackPictures(int[] Learnt, int[] Held)
{
    /// <summary>Divides pictures into parts and holds each back in turn. Tiles of one picture, which show the same things, are of one part;
    /// where all are tiles of one picture, they are divided all the same.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="most">The largest number of parts.</param>
    /// <param name="random">Where the division comes from.</param>
    /// <returns>One for each part; none where there is only one picture.</returns>
    public static HeldBackPictures[] InTurn(IReadOnlyList<LabelledPicture> pictures, int most, Philox random)
    {
        // A whole picture has a number that no source has.
        int[][] groups = Groups(i => pictures[i].Source ?? ~i);
        if (groups.Length < 2)
            groups = Groups(i => i);
        int parts = Math.Min(most, groups.Length);
        if (parts < 2)
            return [];
        int[] order = new int[groups.Length];
        random.Permutation(order);
        return
        [
            .. Enumerable.Range(0, parts).Select(part => new HeldBackPictures(
                Pictures(order.Where((_, i) => i % parts != part)), Pictures(order.Where((_, i) => i % parts == part)))),
        ];

        int[][] Groups(Func<int, int> source) => [.. Enumerable.Range(0, pictures.Count).GroupBy(source).Select(group => group.ToArray())];

        int[] Pictures(IEnumerable<int> some) => [.. some.SelectMany(group => groups[group])];
    }
}
