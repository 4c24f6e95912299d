"""What the labels of pasted pages and digests are called in other languages than English."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "title": (
        "标题 题目 题名 论文标题 论文题目 论文名称 论文名 文章标题 中文标题 英文标题 タイトル 論文名"
        " titel titre título titolo tytuł tittel başlık название заголовок назва 제목"
    ),
    "authors": (
        "作者 论文作者 文章作者 著者 autoren auteurs autores autori autorzy autoři författare forfattere yazarlar"
        " авторы автор автори 저자"
    ),
    "abstract": (
        "摘要 论文摘要 中文摘要 英文摘要 文章摘要 内容摘要 简介 论文简介 内容简介 概要 要旨"
        " zusammenfassung kurzfassung résumé resumen resumo riassunto samenvatting streszczenie abstrakt sammanfattning"
        " sammendrag resumé özet аннотация реферат резюме анотація 초록"
    ),
    "link": (
        "链接 论文链接 论文地址 原文链接 原文地址 文章链接 地址 论文 原文 下载链接 下载地址 论文下载 论文网址 网址"
        " リンク lien enlace collegamento"
    ),
    "code": "代码 代码链接 代码地址 开源代码 开源地址 开源链接 源码 源代码 官方代码 项目代码 コード",
    "project page": "项目主页 项目地址 项目链接 项目 主页 官网 项目网站 项目网址",
    "affiliation": "机构 单位 作者单位 发表机构 研究机构 所属机构 所属",
    "category": "关键词 关键字 分类 领域 研究方向 主题 标签 类别 キーワード schlagwörter mots-clés",
    "date": "日期 发布日期 发表日期 提交日期 发布时间 发表时间 提交时间 更新时间 时间 datum",
    "venue": "期刊 会议 发表期刊 期刊会议 发表会议 出处 来源期刊",
    "comment": "备注 评论 注释 点评 解读 论文解读 解读链接 代码解读 推荐理由 亮点",
    "doi": "doi号 doi链接",
}

TRANSLATED: Mapping[str, str] = {word: label for label, words in _NAMES.items() for word in words.split()}
"""Each name in lower case, and the English label that it stands for."""
